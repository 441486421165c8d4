"""The values that flow between rooms: frozen, typed, without behaviour that needs a library."""
