"""File formats, one module each; its record ``FORMAT`` holds everything that other modules need."""
