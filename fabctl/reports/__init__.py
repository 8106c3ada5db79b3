"""What people read afterwards: pictures now, reports later."""
