//! The colours of a picture, each with a number: a pixel is two bytes, and two pixels are alike if their numbers are.

/// Red, green, blue.
pub(crate) type Rgb = [u8; 3];

/// Numbers colours in order of appearance. Open addressing: a general hash map would take longer than the drawing.
#[derive(Debug)]
pub(crate) struct Colours {
    list: Vec<Rgb>,
    /// By hash, a number, or `FREE`. At least twice as many as there are colours.
    slots: Vec<u16>,
}

impl Colours {
    const FREE: u16 = u16::MAX;
    /// A chart has some hundred colours, and some two thousand where it fades. Beyond so many they are told apart in 32
    /// steps a channel: that makes 32,768 more at most, and there are numbers for all of them.
    const EXACT: usize = 30_000;

    pub(crate) fn new() -> Self {
        Self { list: Vec::with_capacity(1024), slots: vec![Self::FREE; 4096] }
    }

    /// Of each number, its colour.
    pub(crate) fn list(&self) -> &[Rgb] {
        &self.list
    }

    pub(crate) fn rgb(&self, number: u16) -> Rgb {
        self.list[usize::from(number)]
    }

    /// The number of a colour.
    pub(crate) fn number(&mut self, colour: Rgb) -> u16 {
        if let Ok(number) = self.find(colour) {
            return number;
        }
        let colour = if self.list.len() < Self::EXACT { colour } else { colour.map(|it| it & 0xf8) };
        if self.slots.len() <= 2 * self.list.len() {
            self.grow();
        }
        self.find(colour).unwrap_or_else(|free| {
            let number = self.list.len() as u16;
            self.slots[free] = number;
            self.list.push(colour);
            number
        })
    }

    /// Its number, or the slot for it.
    fn find(&self, [red, green, blue]: Rgb) -> Result<u16, usize> {
        let most = self.slots.len() - 1;
        let hash = u32::from_le_bytes([red, green, blue, 0]).wrapping_mul(0x9e37_79b1);
        let mut slot = (hash >> 12) as usize & most;
        loop {
            match self.slots[slot] {
                Self::FREE => return Err(slot),
                number if self.list[usize::from(number)] == [red, green, blue] => return Ok(number),
                _ => slot = (slot + 1) & most,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![Self::FREE; self.slots.len() * 2];
        for number in 0..self.list.len() {
            if let Err(free) = self.find(self.list[number]) {
                self.slots[free] = number as u16;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_keeps_its_number_and_is_told_apart_from_every_other() {
        let mut colours = Colours::new();
        let all: Vec<Rgb> = (0..20_000u32).map(|it| [it as u8, (it >> 8) as u8, 7]).collect();
        let numbers: Vec<u16> = all.iter().map(|it| colours.number(*it)).collect();
        assert!(numbers.iter().copied().eq(0..20_000));
        assert!(all.iter().zip(&numbers).all(|(colour, number)| colours.number(*colour) == *number));
        assert_eq!(colours.list(), all);
    }

    #[test]
    fn there_is_a_number_for_every_colour_there_is() {
        let mut colours = Colours::new();
        for it in (0..1u32 << 24).step_by(101) {
            let [red, green, blue, _] = it.to_le_bytes();
            let number = colours.number([red, green, blue]);
            let near = colours.rgb(number);
            assert!(near.iter().zip([red, green, blue]).all(|(a, b)| a.abs_diff(b) < 8));
        }
        assert!(colours.list().len() < usize::from(u16::MAX));
    }
}
