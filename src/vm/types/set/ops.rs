//! Python-visible parts of the sets.
