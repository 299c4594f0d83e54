"""Date formats that differ from Django's own. See ``FORMAT_MODULE_PATH``."""
