"""Trains, tests and exports the reference models: `python train.py --help`."""

from __future__ import annotations

import argparse
import json

import numpy as np

from answers import answer, read_conversations
from imports import read_model
from model import RUNGS
from report import evaluate
from shipping import ship_all
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
    exporting = commands.add_parser("export", help="write the models that ship, and their catalogue")
    exporting.add_argument("--late", help="checkpoint; by default the shipped file is written anew, with new wording")
    exporting.add_argument("--early", help="likewise")
    exporting.add_argument("--output", required=True, help="the folder of the models")
    for name, text in (("answer", "print the answers to instances"), ("evaluate", "print accuracies on instances")):
        testing = commands.add_parser(name, help=text)
        testing.add_argument("--model", required=True, help="a checkpoint or a GGUF file")
        testing.add_argument("--instances", required=True, help="JSON written by instances.ts or verify.py")
        testing.add_argument("--turns", type=int, default=60)
    return parser.parse_args()


def print_answers(args: argparse.Namespace, spec: dict) -> None:
    """Prints every conversation's answers as JSON, in the order of the instances; null where there is no number."""
    with open(args.instances, encoding="utf-8") as file:
        document = json.load(file)
    for instance in document["instances"]:
        instance["turns"] = instance["turns"][: args.turns]
    conversations = read_conversations(document["task"], document["instances"], spec["words"])
    said = answer(read_model(args.model, spec), conversations)
    numbers = np.where(said.formed, said.numbers.astype(object), None)
    print(json.dumps({"task": document["task"], "answers": numbers.tolist()}))


def main() -> None:
    """Runs the chosen command."""
    args = parse_arguments()
    spec = read_spec(args.spec)
    if args.command == "train":
        train(Settings(args.rung, args.seed, args.steps, args.output, args.save_every), spec["words"])
    elif args.command == "export":
        ship_all(args.late, args.early, spec, args.output)
    elif args.command == "answer":
        print_answers(args, spec)
    else:
        print(json.dumps(evaluate(read_model(args.model, spec), args.instances, spec["words"], args.turns), indent=1))


if __name__ == "__main__":
    main()
