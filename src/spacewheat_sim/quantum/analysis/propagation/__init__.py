"""Hermitian matrices through many steps, static or driven, and back again."""
