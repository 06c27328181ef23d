//! `dict`.
pub mod iter;
pub mod methods;
pub mod slots;
mod table;
pub mod update;
pub mod value;
pub mod views;

#[cfg(test)]
mod tests;
