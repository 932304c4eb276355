"""`/mcp`: the Model Context Protocol over the application itself."""
