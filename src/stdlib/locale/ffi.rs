//! Locales of the C library that belong to nobody: the process's own is never changed.

use std::ffi::{CStr, CString};

/// A locale, which is freed in the end.
pub struct Locale(libc::locale_t);

impl Locale {
    /// The locale with these names, by the bit of their category; nothing when one of them is not installed.
    pub fn of(names: &[(i32, Vec<u8>)]) -> Option<Locale> {
        let mut locale = Locale(std::ptr::null_mut());
        for (category, name) in names {
            let name = CString::new(name.as_slice()).ok()?;
            // SAFETY: the name is a C string; the locale that is given is taken over by the one that is made.
            let made = unsafe { libc::newlocale(1 << category, name.as_ptr(), locale.0) };
            if made.is_null() {
                return None;
            }
            locale.0 = made;
        }
        (!locale.0.is_null()).then_some(locale)
    }

    /// `nl_langinfo_l(3)`
    pub fn item(&self, item: i32) -> Vec<u8> {
        // SAFETY: the locale is alive; what is pointed at is copied.
        unsafe { bytes(libc::nl_langinfo_l(item, self.0)) }
    }

    /// `localeconv(3)`
    pub fn conventions(&self) -> Conventions {
        // SAFETY: the locale is this thread's for the moment; what is pointed at is copied.
        unsafe {
            let before = libc::uselocale(self.0);
            let found = &*libc::localeconv();
            let conventions = Conventions {
                texts: [
                    ("decimal_point", bytes(found.decimal_point)),
                    ("thousands_sep", bytes(found.thousands_sep)),
                    ("int_curr_symbol", bytes(found.int_curr_symbol)),
                    ("currency_symbol", bytes(found.currency_symbol)),
                    ("mon_decimal_point", bytes(found.mon_decimal_point)),
                    ("mon_thousands_sep", bytes(found.mon_thousands_sep)),
                    ("positive_sign", bytes(found.positive_sign)),
                    ("negative_sign", bytes(found.negative_sign)),
                ],
                groupings: [
                    ("grouping", bytes(found.grouping)),
                    ("mon_grouping", bytes(found.mon_grouping)),
                ],
                numbers: [
                    ("int_frac_digits", found.int_frac_digits as u8),
                    ("frac_digits", found.frac_digits as u8),
                    ("p_cs_precedes", found.p_cs_precedes as u8),
                    ("p_sep_by_space", found.p_sep_by_space as u8),
                    ("n_cs_precedes", found.n_cs_precedes as u8),
                    ("n_sep_by_space", found.n_sep_by_space as u8),
                    ("p_sign_posn", found.p_sign_posn as u8),
                    ("n_sign_posn", found.n_sign_posn as u8),
                ],
            };
            libc::uselocale(before);
            conventions
        }
    }
}

impl Drop for Locale {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: made by `newlocale`, and not used any more.
            unsafe { libc::freelocale(self.0) };
        }
    }
}

/// What `localeconv` tells.
pub struct Conventions {
    pub texts: [(&'static str, Vec<u8>); 8],
    pub groupings: [(&'static str, Vec<u8>); 2],
    pub numbers: [(&'static str, u8); 8],
}

/// The bytes of a C string.
///
/// # Safety
/// The pointer must be null or point at one.
unsafe fn bytes(text: *const libc::c_char) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller says so.
    unsafe { CStr::from_ptr(text) }.to_bytes().to_vec()
}
