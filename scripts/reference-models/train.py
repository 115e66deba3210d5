"""Trains, exports and questions the reference models: `python train.py --help`."""

from __future__ import annotations

import argparse

from model import RUNGS
from training import Settings, train
from vocabulary import read_spec


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train a model and keep checkpoints")
    training.add_argument("--spec", required=True, help="JSON written by spec.ts")
    training.add_argument("--rung", choices=RUNGS, default="d40")
    training.add_argument("--seed", type=int, default=1)
    training.add_argument("--steps", type=int, default=6000)
    training.add_argument("--save-every", type=int, default=40)
    training.add_argument("--output", required=True, help="folder for the checkpoints")
    return parser.parse_args()


def main() -> None:
    """Runs the chosen command."""
    args = parse_arguments()
    spec = read_spec(args.spec)
    if args.command == "train":
        train(Settings(args.rung, args.seed, args.steps, args.output, args.save_every), spec["words"])


if __name__ == "__main__":
    main()
