"""The API for programs: what its routers share. ``mount`` puts them together."""
