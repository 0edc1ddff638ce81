"""The description of the API (OpenAPI 3.1), with what all operations have in common: refusals, limits, repeating."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

#: What any call may be refused with, and what a program does then.
REFUSALS = {
    400: "A field or filter that is not known here, or a body that cannot be read.",
    401: "Without a living token.",
    403: "The caller may not do this.",
    404: "Not there, or not to be known.",
    409: "The state does not allow it, or somebody else was quicker (`current_version`).",
    413: "The body is too large.",
    422: "A value is wrong or missing; `fields` names it.",
    429: "Too many calls; `Retry-After` says when.",
    503: "The desk cannot answer now; try again.",
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "for programs; stays the same"},
        "detail": {"type": "string", "description": "for people"},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "current_version": {"type": ["integer", "null"]},
        "missing": {"type": "array", "items": {"type": "string"}},
        "retry_after": {"type": "integer"},
    },
}
_ONCE = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[ -~]*$"},
    "description": "A call with the same key is done once; its repetition within two days gets the same answer.",
}  # fmt: skip


class Api(NinjaAPI):
    """The API, with operations named by what they do."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """``tickets.open_ticket``: the module and the function."""
        function = operation.view_func
        return f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"


@lru_cache(maxsize=1)
def described(api: Api) -> bytes:
    """The description as JSON; it changes with the program only."""
    spec: dict[str, Any] = api.get_openapi_schema()
    for operations in spec["paths"].values():
        for method, operation in operations.items():
            _add_what_is_common(method, operation)
    spec["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    spec["components"]["responses"] = {
        str(status): {
            "description": why,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, why in REFUSALS.items()
    }
    return json.dumps(spec).encode()


def _add_what_is_common(method: str, operation: dict[str, Any]) -> None:
    for status in REFUSALS:
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    if method != "get":
        operation.setdefault("parameters", []).append(_ONCE)
