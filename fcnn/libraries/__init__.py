"""The libraries that train networks, one module each with the functions of `base.Library`."""
