"""Puts the settings' manual, which is docstrings, into the catalogue: an extractor that babel.cfg names."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

Found = tuple[int, str, str, list[str]]


def extract(file: IO[bytes], keywords: Mapping[str, Any], tags: Sequence[str], options: Mapping[str, Any]) -> Iterator[Found]:
    """(line, function, message, comments) for each class of settings and each string under a field."""
    for node in ast.parse(file.read()).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for inner in node.body:
            match inner:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield inner.lineno, "_", inspect.cleandoc(text), []
