//! pyrs: Python 3.11 as a command and as a library.
//!
//! An [`Interpreter`] is a whole Python of its own: objects, types, modules, configuration. Any number of them can live in a process, each
//! on its own thread, truly in parallel. It starts with no contact with the outside; what a script may see is what the program grants it
//! through a [`Sandbox`] (or any [`Host`]), and what it may use up is set by [`Limits`].
//!
//! ```
//! use pyrs::{Interpreter, Limits};
//!
//! let mut python = Interpreter::builder()
//!     .limits(Limits::new().fuel(1_000_000).memory(64 << 20))
//!     .build()?;
//! python.add_function("scale", |(x, factor): (i64, f64)| Ok::<_, pyrs::Error>(x as f64 * factor));
//! python.exec("def area(w, h): return scale(w * h, 0.5)", "rules.py")?;
//! let area = python.get("area")?;
//! let result: f64 = python.call(&area, (3, 4))?.extract()?;
//! assert_eq!(result, 6.0);
//!
//! let error = python.exec("while True: pass", "endless.py").unwrap_err();
//! assert_eq!(error.kind(), pyrs::ErrorKind::Fuel);
//! # Ok::<(), pyrs::Error>(())
//! ```

mod cache;
pub mod cli;
mod dump;
mod embed;

pub use embed::builder::{Builder, Limits};
pub use embed::convert::{FromPython, IntoArgs, IntoPython};
pub use embed::error::{Error, ErrorKind, Result};
pub use embed::function::FromArgs;
pub use embed::interpreter::{Interpreter, InterruptHandle};
pub use embed::object::Object;
pub use embed::sandbox::{Output, Sandbox};
pub use vm::context::host::{Host, HostResult};
