//! Helpers shared by tests, snapshot tests, benches and developer commands: running programs and finding a CPython 3.11.

pub mod cases;
pub mod oracle;
pub mod scripts;
pub mod stages;
