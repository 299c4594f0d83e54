"""The DSPy program, its provider and its stream of chunks; knows neither log nor database."""
