//! `set` and `frozenset`.
pub mod iter;
pub mod methods;
pub mod ops;
pub mod slots;
pub mod table;

#[cfg(test)]
mod tests;
