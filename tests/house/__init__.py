"""The rules of docs/house.md, as tests."""
