"""The pages, one module each; `headoffice.pages.registry` finds them."""
