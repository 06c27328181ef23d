//! The command line.

pub mod editor;
pub mod run;
