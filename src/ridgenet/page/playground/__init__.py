"""The playground: one HTML file that draws data, or takes a reader's own, and trains before one's eyes."""
