"""Refuses what Google's documents refuse: parameters and bodies, checked against their schemas.

It knows types, enums, patterns and ranges; what a value means is the APIs' business.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from groupaudit.emulator.discovery import Api, Method, Parameter
from groupaudit.emulator.errors import ApiError, bad_request, invalid_parameter

_PYTHON_TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}
_MAX_DEPTH = 30  # of a JSON body; Google's own schemas are less than ten deep


def check_path(method: Method, values: dict[str, str]) -> None:
    """Raise ApiError 400 when a path parameter breaks its pattern or enum."""
    for name, text in values.items():
        _convert(method.parameters[name], text)


def check_query(method: Method, query: str) -> dict[str, Any]:
    """The query's values in their types, defaults filled in.

    Raises ApiError 400 for an unknown name or a value out of type, enum, pattern or range.
    """
    values: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        parameter = method.parameters.get(name)
        if parameter is None or parameter.location != "query":
            raise bad_request(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query '
                f"parameter. Field '{name}' could not be found in request message."
            )
        value = _convert(parameter, text)
        if parameter.repeated:
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    _complete(method, values)
    return values


def _complete(method: Method, values: dict[str, Any]) -> None:
    for name, parameter in method.parameters.items():
        if parameter.location != "query" or name in values:
            continue
        if parameter.required:
            raise ApiError(
                400, "required", f"Required parameter: {name}", location=("parameter", name)
            )
        if parameter.default is not None and not parameter.repeated:
            values[name] = _convert(parameter, parameter.default)


def _convert(parameter: Parameter, text: str) -> Any:
    if parameter.type == "integer":
        return _integer(parameter, text)
    if parameter.type == "boolean":
        if text not in ("true", "false"):
            raise invalid_parameter(parameter.name, f"Invalid value for boolean: '{text}'.")
        return text == "true"
    if parameter.enum is not None and text not in parameter.enum:
        allowed = ", ".join(sorted(parameter.enum))
        message = f"Invalid value '{text}'. Allowed values: [{allowed}]"
        raise invalid_parameter(parameter.name, message)
    if parameter.pattern is not None and text and not parameter.pattern.fullmatch(text):
        message = f"Invalid value '{text}'. It does not match the expected pattern."
        raise invalid_parameter(parameter.name, message)
    return text


def _integer(parameter: Parameter, text: str) -> int:
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit():
        raise invalid_parameter(parameter.name, f"Invalid value for integer: '{text}'.")
    value = int(text[:20])
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"[{'-' if low is None else low}, {'-' if high is None else high}]"
        message = f"Invalid value '{value}'. Values must be within the range: {bounds}"
        raise invalid_parameter(parameter.name, message)
    return value


def check_body(method: Method, body: bytes) -> dict[str, Any]:
    """The request's JSON object, or an empty one when the method takes none.

    Raises ApiError 400 for what is not JSON, and for fields or values foreign to the schema.
    """
    if method.request is None:
        if body.strip():
            raise bad_request("This method takes no request body.", reason="parseError")
        return {}
    value = _parse(body)
    if not isinstance(value, dict):
        raise bad_request("Invalid JSON payload received. Root element must be a message.")
    schema = method.api.schemas[method.request]
    _check_object(method.api, schema, value, "", 0)
    for name, spec in schema.get("properties", {}).items():
        if method.id in spec.get("annotations", {}).get("required", ()) and name not in value:
            raise bad_request(f"Missing required field: {name}", reason="required")
    return value


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        message = "Invalid JSON payload received. Unexpected token."
        raise bad_request(message, reason="parseError") from error


def _check(api: Api, schema: dict[str, Any], value: Any, place: str, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise bad_request("Invalid JSON payload received. Message too deep.", reason="parseError")
    if "$ref" in schema:
        schema = api.schemas[schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "any" or value is None:
        return
    # int64 travels as a string, and Google takes a number for it as well.
    if kind == "string" and "format" in schema and type(value) is int:
        return
    # A boolean is an int to Python, but not to JSON.
    if not isinstance(value, _PYTHON_TYPES[kind]) or (
        isinstance(value, bool) != (kind == "boolean")
    ):
        raise bad_request(f"Invalid value at '{place}' ({kind}).")
    if "enum" in schema and value not in schema["enum"]:
        raise bad_request(f"Invalid value at '{place}' (enum), \"{value}\"")
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check(api, schema["items"], item, f"{place}[{index}]", depth + 1)
    elif isinstance(value, dict):
        _check_object(api, schema, value, place, depth)


def _check_object(
    api: Api, schema: dict[str, Any], value: dict[str, Any], place: str, depth: int
) -> None:
    properties = schema.get("properties", {})
    rest = schema.get("additionalProperties")
    for name, item in value.items():
        spec = properties.get(name, rest)
        if spec is None:
            where = f" at '{place}'" if place else ""
            raise bad_request(
                f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
            )
        _check(api, spec, item, f"{place}.{name}" if place else name, depth + 1)
