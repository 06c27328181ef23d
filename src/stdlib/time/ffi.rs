//! The C library's calendar.

use std::ffi::CStr;
use std::mem::MaybeUninit;

/// A calendar time: Python's nine numbers, the zone's name, the offset from UTC in seconds.
pub struct Broken {
    /// Year, month, day, hour, minute, second, weekday, day of the year, summer time.
    pub numbers: [i32; 9],
    /// Name of the zone.
    pub zone: String,
    /// Seconds east of Greenwich.
    pub offset: i64,
}

fn broken(tm: &libc::tm) -> Broken {
    let zone = if tm.tm_zone.is_null() {
        String::from("UTC")
    } else {
        // SAFETY: the library's own null-terminated name.
        unsafe { CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
    };
    Broken {
        numbers: [
            tm.tm_year + 1900,
            tm.tm_mon + 1,
            tm.tm_mday,
            tm.tm_hour,
            tm.tm_min,
            tm.tm_sec,
            (tm.tm_wday + 6) % 7,
            tm.tm_yday + 1,
            tm.tm_isdst,
        ],
        zone,
        offset: tm.tm_gmtoff,
    }
}

/// `localtime_r(3)`
pub fn localtime(seconds: i64) -> Result<Broken, i32> {
    let mut tm = MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: the call fills the structure when it succeeds.
    unsafe {
        if libc::localtime_r(&seconds, tm.as_mut_ptr()).is_null() {
            return Err(libc::EOVERFLOW);
        }
        Ok(broken(tm.assume_init_ref()))
    }
}

/// `gmtime_r(3)`
pub fn gmtime(seconds: i64) -> Result<Broken, i32> {
    let mut tm = MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: the call fills the structure when it succeeds.
    unsafe {
        if libc::gmtime_r(&seconds, tm.as_mut_ptr()).is_null() {
            return Err(libc::EOVERFLOW);
        }
        let mut result = broken(tm.assume_init_ref());
        result.zone = String::from("UTC");
        Ok(result)
    }
}

fn unbroken(numbers: &[i32; 9]) -> libc::tm {
    // SAFETY: all zeroes are a valid calendar time.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    tm.tm_year = numbers[0].saturating_sub(1900);
    tm.tm_mon = numbers[1].saturating_sub(1).max(0);
    tm.tm_mday = numbers[2].max(1);
    tm.tm_hour = numbers[3];
    tm.tm_min = numbers[4];
    tm.tm_sec = numbers[5];
    tm.tm_wday = numbers[6].saturating_add(1).rem_euclid(7);
    tm.tm_yday = numbers[7].saturating_sub(1).max(0);
    tm.tm_isdst = numbers[8];
    tm
}

/// `mktime(3)`
pub fn mktime(numbers: &[i32; 9]) -> Option<i64> {
    let mut tm = unbroken(numbers);
    tm.tm_wday = -1;
    // SAFETY: a complete structure.
    let seconds = unsafe { libc::mktime(&mut tm) };
    if seconds == -1 && tm.tm_wday == -1 { None } else { Some(seconds) }
}

/// `strftime(3)`
pub fn strftime(format: &[u8], numbers: &[i32; 9]) -> Vec<u8> {
    let tm = unbroken(numbers);
    let clean: Vec<u8> = format.iter().copied().filter(|byte| *byte != 0).collect();
    let Ok(format) = std::ffi::CString::new(clean) else {
        return Vec::new();
    };
    let mut buffer = vec![0u8; 256 + 64 * format.as_bytes().len()];
    let numbers_in_range = (0..12).contains(&tm.tm_mon) && (0..=6).contains(&tm.tm_wday);
    if !numbers_in_range {
        return Vec::new();
    }
    // SAFETY: the buffer is as long as said, the fields that index names are in range.
    let len = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), buffer.len(), format.as_ptr(), &tm) };
    buffer.truncate(len);
    buffer
}

unsafe extern "C" {
    #[link_name = "tzset"]
    fn c_tzset();
}

/// `tzset(3)`
pub fn tzset() {
    // SAFETY: reads the environment, which only this thread changes.
    unsafe { c_tzset() }
}
