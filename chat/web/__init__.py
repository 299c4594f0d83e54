"""The frame of every page: sidebar, notices, access, error pages."""
