//! The locale of the environment: its name and its encoding.
//!
//! The process's own locale is never set, so that embedding programs keep theirs.
//!
//! CPython 3.11: `_PyPreCmdline_…`, `preconfig_init_utf8_mode` in `Python/preconfig.c`, `config_get_locale_encoding`,
//! `config_get_stdio_errors` in `Python/initconfig.c`.

use super::config::{Config, Environ};
use std::ffi::{CStr, CString};

/// The locale that CPython puts in the place of C.
const TARGET: &[u8] = b"C.UTF-8";

/// A locale for characters (`LC_CTYPE`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locale {
    /// Whether it is the C locale, also because the one that was asked for is not there.
    pub is_c: bool,
    /// Whether its name is one of those that CPython itself would choose in the place of C.
    pub is_coercion_target: bool,
    /// The name of its encoding.
    pub codeset: String,
}

impl Locale {
    /// What interpreters have that know no environment.
    pub fn utf8() -> Locale {
        Locale {
            is_c: false,
            is_coercion_target: true,
            codeset: String::from("UTF-8"),
        }
    }

    /// The locale that environment variables ask for.
    pub fn of(environ: &Environ) -> Locale {
        let value = |name: &str| {
            let found = environ.iter().find(|(known, _)| known == name.as_bytes());
            found
                .map(|(_, value)| value)
                .filter(|value| !value.is_empty())
        };
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(value);
        let name = name.map_or(&b"C"[..], Vec::as_slice);
        let codeset = match name {
            b"C" | b"POSIX" => None,
            b"C.UTF-8" | b"C.utf8" => Some(String::from("UTF-8")),
            _ => codeset_of(name),
        };
        Locale {
            is_c: codeset.is_none(),
            is_coercion_target: matches!(name, b"C.UTF-8" | b"C.utf8" | b"UTF-8"),
            codeset: codeset.unwrap_or_else(|| String::from("ANSI_X3.4-1968")),
        }
    }
}

/// Puts C.UTF-8 in the place of the C locale (PEP 538), also for the process's children; what is to be said of it.
pub fn coerce(config: &mut Config) -> Option<&'static str> {
    if !Locale::of(&config.environ).is_c {
        return None;
    }
    let wish = config.env("PYTHONCOERCECLOCALE");
    let (refused, warns) = (wish == Some(b"0"), wish == Some(b"warn"));
    let is = |(name, value): &(Vec<u8>, Vec<u8>)| name == b"LC_ALL" && !value.is_empty();
    if refused || config.environ.iter().any(is) {
        return warns.then_some(
            "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause Unicode \
             compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible locales \
             is recommended.\n",
        );
    }
    config.environ.retain(|(name, _)| name != b"LC_CTYPE");
    config.environ.push((b"LC_CTYPE".to_vec(), TARGET.to_vec()));
    // Children that do not get it have the locale they would have had.
    let _ = crate::os_host::ffi::putenv(b"LC_CTYPE", Some(TARGET));
    warns.then_some(
        "Python detected LC_CTYPE=C: LC_CTYPE coerced to C.UTF-8 (set another locale or PYTHONCOERCECLOCALE=0 to disable this \
         locale coercion behavior).\n",
    )
}

/// The encoding of a locale that is installed.
fn codeset_of(name: &[u8]) -> Option<String> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name is a C string; a locale that was made is freed below, after what points into it was copied.
    unsafe {
        let locale = libc::newlocale(libc::LC_CTYPE_MASK, name.as_ptr(), std::ptr::null_mut());
        if locale.is_null() {
            return None;
        }
        let text = libc::nl_langinfo_l(libc::CODESET, locale);
        let codeset = if text.is_null() {
            None
        } else {
            Some(CStr::from_ptr(text).to_string_lossy().into_owned())
        };
        libc::freelocale(locale);
        codeset
    }
}
