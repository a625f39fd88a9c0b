//! Six digits that change every half minute (RFC 6238): SHA-1, steps of 30 s, and one step to either side for clocks that
//! differ. The only room that names ring.

use std::fmt;

use jiff::Timestamp;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};

/// Seconds that a code is shown for.
const STEP: i64 = 30;
/// Steps to either side of ours that a code may be of: people type slowly, and clocks differ.
const WINDOW: i64 = 1;
/// Digits of a code.
const DIGITS: u32 = 6;
/// Bytes of a secret at least: RFC 4226 wants 128 bits.
const LEAST_BYTES: usize = 16;
/// Bytes of a secret that we make: as many as SHA-1 has.
const BYTES: usize = 20;
/// The letters of Base32, in order.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The secret that an authenticator app has too. `Debug` does not show it.
#[derive(Clone, Debug)]
pub struct Key {
    /// In Base32, as it is written without spaces and padding.
    written: SecretString,
}

/// Which commands ask for a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guarded {
    /// Every one that acts on the machine: those that ask "are you sure".
    Acting,
    /// These, by name.
    Named(Vec<String>),
}

/// What the settings say of codes.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The secret.
    pub key: Key,
    /// What asks for a code.
    pub guarded: Guarded,
}

/// Why something is no secret. It never quotes what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// It is the whole address that a picture to be scanned has.
    Address,
    /// A letter that Base32 does not have, at that place from 1.
    Letter(usize),
    /// Fewer bits than a secret must have.
    Short,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => {
                f.write_str("this is an otpauth:// address; the secret is what stands in it after secret=")
            }
            Self::Letter(place) => write!(f, "character {place} is none of A to Z and 2 to 7"),
            Self::Short => write!(f, "it is too short: at least 26 characters make {LEAST_BYTES} bytes"),
        }
    }
}

/// What a code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It is right, and of that step, which is to be remembered before anything is done.
    Right(i64),
    /// It was right, and has been used, or one after it.
    Used,
    /// It is not right.
    Wrong,
}

impl Key {
    /// Reads Base32 as people write it down: in groups, in small letters, with or without `=` at its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        if text.trim_start().to_ascii_lowercase().starts_with("otpauth:") {
            return Err(KeyError::Address);
        }
        let mut written = String::new();
        for (place, letter) in text.trim_end_matches(['=', ' ', '\n', '\r', '\t']).chars().enumerate() {
            let letter = letter.to_ascii_uppercase();
            match u8::try_from(letter) {
                Ok(byte) if LETTERS.contains(&byte) => written.push(letter),
                _ if letter.is_whitespace() || letter == '-' => {}
                _ => return Err(KeyError::Letter(place + 1)),
            }
        }
        if decoded(&written).len() < LEAST_BYTES {
            return Err(KeyError::Short);
        }
        Ok(Self { written: SecretString::from(written) })
    }

    /// A new one that nobody can guess; none when the system has no randomness to give.
    pub fn new_secret() -> Option<Self> {
        let mut bytes = [0; BYTES];
        SystemRandom::new().fill(&mut bytes).ok()?;
        Some(Self { written: SecretString::from(encoded(&bytes)) })
    }

    /// As it is written into a file.
    pub fn written(&self) -> &SecretString {
        &self.written
    }

    /// What an app reads to know it, also out of a picture. It is the secret.
    pub fn address(&self, host: &str) -> SecretString {
        let host: String = host
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() || "-._".contains(it) { it } else { '-' })
            .collect();
        let secret = self.written.expose_secret();
        SecretString::from(format!(
            "otpauth://totp/Vakhta:{host}?secret={secret}&issuer=Vakhta&algorithm=SHA1&digits={DIGITS}&period={STEP}"
        ))
    }

    /// What an app shows at that moment.
    #[cfg(test)]
    pub(crate) fn shown(&self, now: Timestamp) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &decoded(self.written.expose_secret()));
        format!("{:06}", code_of(&key, now.as_second().div_euclid(STEP)))
    }

    /// Whether a code is right now, and was not used: every step up to `used` was. How long it takes does not depend on
    /// how much of it is right.
    pub fn check(&self, code: &str, now: Timestamp, used: Option<i64>) -> Checked {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &decoded(self.written.expose_secret()));
        let step = now.as_second().div_euclid(STEP);
        let mut found = None;
        for step in step - WINDOW..=step + WINDOW {
            let right = format!("{:06}", code_of(&key, step));
            // Two signatures are compared in place of two codes: ring does that in constant time.
            let is_it =
                hmac::verify(&key, code.as_bytes(), hmac::sign(&key, right.as_bytes()).as_ref()).is_ok();
            found = found.or(is_it.then_some(step));
        }
        match found {
            Some(step) if used.is_none_or(|used| used < step) => Checked::Right(step),
            Some(_) => Checked::Used,
            None => Checked::Wrong,
        }
    }
}

/// The code of a step, by RFC 4226.
fn code_of(key: &hmac::Key, step: i64) -> u32 {
    let hash = hmac::sign(key, &step.to_be_bytes());
    let hash = hash.as_ref();
    let at = hash.last().map_or(0, |it| usize::from(it & 0x0f));
    let four = hash.get(at..at + 4).and_then(|it| it.try_into().ok()).map_or(0, u32::from_be_bytes);
    (four & 0x7fff_ffff) % 10_u32.pow(DIGITS)
}

/// The bytes that letters of Base32 stand for; bits that make no whole byte are dropped.
fn decoded(letters: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in letters.bytes() {
        let Some(value) = LETTERS.iter().position(|it| *it == letter) else { continue };
        bits = (bits << 5) | value as u32;
        count += 5;
        if 8 <= count {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

/// The other way. Ours are whole groups of five bytes, so nothing is left over.
fn encoded(bytes: &[u8; BYTES]) -> String {
    let mut letters = String::new();
    for five in bytes.chunks(5) {
        let bits = five.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        letters.extend((0..8).rev().map(|it| LETTERS[(bits >> (5 * it)) as usize & 31] as char));
    }
    letters
}

/// The six digits that a message consists of, spaces in between or not; none when it is something else.
pub fn digits(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|it| !it.is_whitespace()).collect();
    let all = code.len() == DIGITS as usize && code.bytes().all(|it| it.is_ascii_digit());
    all.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the RFCs: `12345678901234567890`.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    fn rfc() -> Key {
        Key::read(RFC).expect("a secret")
    }

    #[test]
    fn the_codes_are_those_of_both_rfcs() {
        // RFC 6238, appendix B, without the two leading digits of its eight.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().check(code, at(second), None), Checked::Right(second / 30), "{second}");
        }
        // RFC 4226, appendix D.
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345678901234567890");
        for (step, code) in (0..).zip(codes) {
            assert_eq!(format!("{:06}", code_of(&key, step)), code, "{step}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_half_minute_and_one_to_either_side() {
        let check =
            |second: i64, expected| assert_eq!(rfc().check("287082", at(second), None), expected, "{second}");
        check(-1, Checked::Wrong);
        check(0, Checked::Right(1));
        check(59, Checked::Right(1));
        check(89, Checked::Right(1));
        check(90, Checked::Wrong);
    }

    #[test]
    fn a_code_that_was_used_is_of_no_use_and_neither_is_an_earlier_one() {
        assert_eq!(rfc().check("287082", at(59), Some(0)), Checked::Right(1));
        assert_eq!(rfc().check("287082", at(59), Some(1)), Checked::Used);
        assert_eq!(rfc().check("755224", at(59), Some(1)), Checked::Used);
        assert_eq!(rfc().check("359152", at(59), Some(1)), Checked::Right(2));
        assert_eq!(rfc().check("123456", at(59), Some(1)), Checked::Wrong);
    }

    #[test]
    fn a_clock_set_back_opens_no_code_again() {
        // Used at the second step; then the clock goes back, by anything.
        for second in [89, 59, 30, 0] {
            for step in 0..=2 {
                let code = rfc().shown(at(step * 30));
                assert_ne!(rfc().check(&code, at(second), Some(2)), Checked::Right(step), "{second}: {step}");
            }
        }
        // Who types the code of the next half minute early has used up the one before it, too.
        let early = rfc().shown(at(60));
        assert_eq!(rfc().check(&early, at(59), Some(0)), Checked::Right(2));
        assert_eq!(rfc().check(&rfc().shown(at(30)), at(59), Some(2)), Checked::Used);
    }

    #[test]
    fn nothing_but_the_six_digits_is_right() {
        for code in ["", "28708", "2870820", "287 082", "28708２", " 287082", "000000"] {
            assert_eq!(rfc().check(code, at(59), None), Checked::Wrong, "{code}");
        }
    }

    #[test]
    fn a_secret_is_read_as_people_write_it() {
        for text in [
            "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
            "  gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq====\n",
        ] {
            assert_eq!(Key::read(text).expect("a secret").written.expose_secret(), RFC, "{text}");
        }
        assert!(Key::read("JBSWY3DPEHPK3PXPJBSWY3DPEH").is_ok(), "sixteen bytes");
        for (text, error) in [
            ("", KeyError::Short),
            ("JBSWY3DPEHPK3PXP", KeyError::Short),
            ("GEZDGNBVGY3TQOJ1GEZDGNBVGY3TQOJQ", KeyError::Letter(16)),
            ("GEZDGNBVGY3TQOJ\u{42f}", KeyError::Letter(16)),
            ("GEZD=GNBVGY3TQOJQ", KeyError::Letter(5)),
            ("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", KeyError::Address),
        ] {
            let found = Key::read(text).expect_err("no secret");
            assert_eq!(found, error, "{text}");
            assert!(!found.to_string().contains("GEZD"));
        }
    }

    #[test]
    fn a_new_secret_is_another_each_time_and_reads_back_as_itself() {
        let [one, other] = [(); 2].map(|()| Key::new_secret().expect("randomness"));
        assert_ne!(one.written.expose_secret(), other.written.expose_secret());
        let again = Key::read(one.written.expose_secret()).expect("a secret");
        assert_eq!(again.written.expose_secret(), one.written.expose_secret());
        assert_eq!(decoded(one.written.expose_secret()).len(), BYTES);
        assert_eq!(encoded(b"12345678901234567890"), RFC);
        assert!(!format!("{one:?}").contains(one.written.expose_secret()));
    }

    #[test]
    fn the_address_has_all_that_an_app_needs() {
        assert_eq!(
            rfc().address("my server/1").expose_secret(),
            format!(
                "otpauth://totp/Vakhta:my-server-1?secret={RFC}&issuer=Vakhta&algorithm=SHA1&digits=6&period=30"
            )
        );
    }

    #[test]
    fn six_digits_are_a_code_however_they_are_spaced() {
        assert_eq!(digits(" 287 082\n").as_deref(), Some("287082"));
        assert_eq!(digits("287\u{a0}082").as_deref(), Some("287082"));
        for text in ["28708", "2870821", "28708a", "/287082", "٢٨٧٠٨٢", "287-082"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }
}
