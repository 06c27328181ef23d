//! pyrs: Python 3.11 as a command and as a library.

pub mod cli;
