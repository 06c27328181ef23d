//! `slice`.
pub mod methods;
pub mod value;
