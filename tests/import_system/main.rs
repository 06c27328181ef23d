//! The cache under failures: whatever goes wrong during a write, the cache holds the old file, the new file or none afterwards, and the
//! next import works.

mod cross;
mod dump;
mod faults;
mod host;
mod processes;
mod tool;
