"""Pure rules: (programme, facts) → effects and reasons; one file per family, each with a page in docs/rules/."""
