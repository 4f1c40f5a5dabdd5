"""The slash-command language: parse, permit, answer with a receipt."""
