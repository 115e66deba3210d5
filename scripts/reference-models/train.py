"""Trains, tests and exports the reference models: `python train.py --help`."""

from __future__ import annotations

import argparse
import json

from answers import answer, read_conversations
from export import export
from model import RUNGS, load
from report import evaluate
from training import Settings, train
from vocabulary import read_spec


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", required=True, help="JSON written by spec.ts")
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train a model and keep checkpoints")
    training.add_argument("--rung", choices=RUNGS, default="d40")
    training.add_argument("--seed", type=int, default=1)
    training.add_argument("--steps", type=int, default=8000)
    training.add_argument("--save-every", type=int, default=40)
    training.add_argument("--output", required=True, help="folder for the checkpoints")
    exporting = commands.add_parser("export", help="write a checkpoint as a GGUF file")
    exporting.add_argument("--checkpoint", required=True)
    exporting.add_argument("--name", required=True, help="general.name")
    exporting.add_argument("--description", required=True, help="general.description")
    exporting.add_argument("--output", required=True, help="the GGUF file")
    for name, text in (("answer", "print the answers to instances"), ("evaluate", "print accuracies on instances")):
        testing = commands.add_parser(name, help=text)
        testing.add_argument("--checkpoint", required=True)
        testing.add_argument("--instances", required=True, help="JSON written by instances.ts or verify.py")
        testing.add_argument("--turns", type=int, default=60)
    return parser.parse_args()


def print_answers(args: argparse.Namespace, words: list[str]) -> None:
    """Prints every conversation's answers as JSON, in the order of the instances."""
    with open(args.instances, encoding="utf-8") as file:
        document = json.load(file)
    for instance in document["instances"]:
        instance["turns"] = instance["turns"][: args.turns]
    conversations = read_conversations(document["task"], document["instances"], words)
    numbers, formed = answer(load(args.checkpoint, words), conversations)
    print(json.dumps({"task": document["task"], "answers": numbers.tolist(), "well_formed": bool(formed.all())}))


def main() -> None:
    """Runs the chosen command."""
    args = parse_arguments()
    spec = read_spec(args.spec)
    words = spec["words"]
    if args.command == "train":
        train(Settings(args.rung, args.seed, args.steps, args.output, args.save_every), words)
    elif args.command == "export":
        export(load(args.checkpoint, words), spec["heads"], args.name, args.description, args.output)
    elif args.command == "answer":
        print_answers(args, words)
    else:
        print(json.dumps(evaluate(load(args.checkpoint, words), args.instances, words, args.turns), indent=1))


if __name__ == "__main__":
    main()
