"""What changed between releases: pages for readers, an event stream and patches for programs."""
