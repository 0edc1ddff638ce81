"""What the API's shapes are checked with is made when the first call needs it, not when the desk starts.

A thousand shapes cost a start 0.7 s of processor time and ten MiB that every worker holds; most are never asked for
between two starts. Read by ``shapes`` before anything inherits from these bases.
"""

from __future__ import annotations

from ninja import Schema
from ninja.params import models
from pydantic import BaseModel


def defer() -> None:
    """Have Ninja's bases tell Pydantic so; what inherits from them takes it over."""
    bases: list[type[BaseModel]] = [Schema, models.ParamModel, *models.ParamModel.__subclasses__()]
    for base in bases:
        base.model_config["defer_build"] = True
