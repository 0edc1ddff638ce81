"""API version 1: one module per domain, its shapes beside. ``GET /api/v1/openapi.json`` describes it."""
