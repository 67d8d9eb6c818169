"""The application around the library: command line, prompt, settings and rendering."""
