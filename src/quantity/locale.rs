//! How languages write numbers, units and dates: each word with its English equivalent.
//!
//! Translated into English, every language is read by the same rules. Scale words and months are CLDR's, plus what
//! people type for them; our own tables.

use std::collections::HashMap;

use once_cell::sync::OnceCell;

use crate::language::{Language, letters};

/// How one language differs from English.
#[derive(Debug)]
pub(super) struct Locale {
    code: &'static str,
    /// "1.500,5" is English "1,500.5".
    pub(super) has_decimal_comma: bool,
    /// "12/11/2023" is the 12th of November.
    pub(super) is_day_first: bool,
    /// Sets of twelve months, such as those in full and those in short.
    pub(super) months: &'static [&'static str],
    /// The English word, and its equivalents.
    words: &'static [(&'static str, &'static str)],
    by_word: OnceCell<HashMap<String, &'static str>>,
}

/// The months in English, as [`Locale::months`] are translated.
pub(super) const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl PartialEq for Locale {
    fn eq(&self, other: &Locale) -> bool {
        self.code == other.code
    }
}

impl Locale {
    /// The English word for a word. It is looked up in lower case, without accents.
    pub(super) fn translated(&self, word: &str) -> Option<&'static str> {
        self.by_word().get(word).copied()
    }

    fn by_word(&self) -> &HashMap<String, &'static str> {
        self.by_word.get_or_init(|| {
            let months = self.months.iter().flat_map(|months| months.split_whitespace().zip(ENGLISH_MONTHS));
            let words = self
                .words
                .iter()
                .flat_map(|(english, forms)| forms.split_whitespace().map(move |form| (form, *english)));
            // Units win over months: a word that is both, such as "mar", is more likely not a month.
            months.chain(words).map(|(word, english)| (letters::plain(word), english)).collect()
        })
    }

    /// Whether a word is that of a scale with another ending than in the table: «миллионы» beside «миллион».
    pub(super) fn is_scale_with_ending(&self, word: &str) -> bool {
        const SCALES: [&str; 6] = ["thousand", "lakh", "million", "crore", "billion", "trillion"];
        /// Shorter words begin many others.
        const SHORTEST: usize = 5;
        const LONGEST_ENDING: usize = 3;
        let n_letters = word.chars().count();
        let stems = (SHORTEST..n_letters).filter(|n| n_letters - n <= LONGEST_ENDING);
        stems
            .filter_map(|n| word.char_indices().nth(n))
            .any(|(end, _)| self.translated(&word[..end]).is_some_and(|english| SCALES.contains(&english)))
    }

    /// The longest known word that a text begins with, in bytes: for scripts without spaces.
    pub(super) fn prefix(&self, text: &str) -> Option<usize> {
        const LONGEST: usize = 6;
        let ends = text.char_indices().map(|(index, letter)| index + letter.len_utf8()).take(LONGEST);
        ends.filter(|end| self.translated(&letters::plain(&text[..*end])).is_some()).last()
    }
}

/// The locales of a folder's languages; none for English, and for languages that are not known here.
pub(super) fn locales(languages: &[Language]) -> Vec<&'static Locale> {
    languages.iter().filter_map(|language| LOCALES.iter().find(|it| it.code == language.base())).collect()
}

const fn locale(
    code: &'static str,
    [has_decimal_comma, is_day_first]: [bool; 2],
    months: &'static [&'static str],
    words: &'static [(&'static str, &'static str)],
) -> Locale {
    Locale { code, has_decimal_comma, is_day_first, months, words, by_word: OnceCell::new() }
}

/// Decimal comma, and the day first.
const CONTINENTAL: [bool; 2] = [true, true];
/// Decimal point, and the day first.
const BRITISH: [bool; 2] = [false, true];
/// Decimal point, and the year first.
const EASTERN: [bool; 2] = [false, false];

static LOCALES: [Locale; 26] = [
    locale(
        "ar",
        BRITISH,
        &[
            "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
            "كانون-الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين-الأول تشرين-الثاني كانون-الأول",
        ],
        &[
            ("hundred", "مئة مائة"),
            ("thousand", "ألف آلاف الف الاف"),
            ("million", "مليون ملايين مليونا"),
            ("billion", "مليار مليارات بليون"),
            ("trillion", "تريليون تريليونات"),
            ("percent", "بالمئة بالمائة"),
            ("usd", "دولار دولارات دولارا"),
            ("eur", "يورو"),
            ("sar", "ريال ريالات"),
            ("egp", "جنيه جنيهات جنيها"),
            ("aed", "درهم دراهم"),
            ("minute", "دقيقة دقائق"),
            ("hour", "ساعة ساعات"),
            ("day", "يوم أيام يوما"),
            ("week", "أسبوع أسابيع"),
            ("month", "شهر أشهر شهور"),
            ("year", "سنة سنوات عام أعوام"),
        ],
    ),
    locale(
        "cs",
        CONTINENTAL,
        &[
            "ledna února března dubna května června července srpna září října listopadu prosince",
            "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
        ],
        &[
            ("thou", "tis"),
            ("thousand", "tisíc tisíce"),
            ("million", "milion miliony milionů"),
            ("billion", "miliarda miliardy miliard"),
            ("trillion", "bilion biliony bilionů"),
            ("percent", "procento procenta procent"),
            ("czk", "kč koruna koruny korun"),
            ("usd", "dolar dolary dolarů"),
            ("minute", "minuta minuty minut"),
            ("hour", "hodina hodiny hodin"),
            ("day", "den dny dní"),
            ("week", "týden týdny týdnů"),
            ("month", "měsíc měsíce měsíců"),
            ("year", "rok roky let"),
        ],
    ),
    locale(
        "da",
        CONTINENTAL,
        &["januar februar marts april maj juni juli august september oktober november december"],
        &[
            ("hundred", "hundrede"),
            ("thousand", "tusind tusinde"),
            ("million", "millioner"),
            ("billion", "milliard milliarder mia"),
            ("trillion", "billion billioner"),
            ("percent", "procent"),
            ("dkk", "kr krone kroner"),
            ("minute", "minut minutter"),
            ("hour", "time timer"),
            ("day", "dag dage"),
            ("week", "uge uger"),
            ("month", "måned måneder"),
            ("year", "år"),
        ],
    ),
    locale(
        "de",
        CONTINENTAL,
        &[
            "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "Jan Feb Mär Apr Mai Jun Jul Aug Sept Okt Nov Dez",
            "Jänner Feber Maerz April Mai Juni Juli August Sep Oktober November Dezember",
        ],
        &[
            ("hundred", "hundert"),
            ("thousand", "tausend"),
            ("thou", "tsd"),
            ("million", "Million Millionen"),
            ("mn", "Mio"),
            ("billion", "Milliarde Milliarden"),
            ("bn", "Mrd Md"),
            ("trillion", "Billion Billionen"),
            ("percent", "Prozent"),
            ("usd", "Dollar Dollars US-Dollar"),
            ("chf", "Franken"),
            ("gbp", "Pfund"),
            ("second", "Sekunde Sekunden"),
            ("minute", "Minute Minuten"),
            ("hour", "Stunde Stunden Std"),
            ("day", "Tag Tage Tagen"),
            ("week", "Woche Wochen"),
            ("month", "Monat Monate Monaten"),
            ("year", "Jahr Jahre Jahren"),
        ],
    ),
    locale(
        "es",
        CONTINENTAL,
        &[
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "ene feb mar abr may jun jul ago sept oct nov dic",
            "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre",
        ],
        &[
            ("of", "de del"),
            ("hundred", "cien cientos"),
            ("thousand", "mil miles"),
            ("million", "millón millones"),
            ("trillion", "billón billones"),
            ("percent", "porciento"),
            ("usd", "dólar dólares"),
            ("gbp", "libra libras"),
            ("mxn", "peso pesos"),
            ("second", "segundo segundos"),
            ("minute", "minuto minutos"),
            ("hour", "hora horas"),
            ("day", "día días"),
            ("week", "semana semanas"),
            ("month", "mes meses"),
            ("year", "año años"),
        ],
    ),
    locale(
        "fa",
        BRITISH,
        &[
            "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
            "ژانویه فوریه مارچ آپریل می جون جولای آگوست سپتامبر اکتبر نوامبر دسامبر",
        ],
        &[
            ("hundred", "صد"),
            ("thousand", "هزار"),
            ("million", "میلیون"),
            ("billion", "میلیارد"),
            ("trillion", "تریلیون"),
            ("percent", "درصد"),
            ("usd", "دلار"),
            ("eur", "یورو"),
            ("toman", "تومان تومن"),
            ("irr", "ریال"),
            ("second", "ثانیه"),
            ("minute", "دقیقه"),
            ("hour", "ساعت"),
            ("day", "روز"),
            ("week", "هفته"),
            ("month", "ماه"),
            ("year", "سال"),
        ],
    ),
    locale(
        "fr",
        CONTINENTAL,
        &[
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "janv févr mars avr mai juin juil août sept oct nov déc",
        ],
        &[
            ("st", "er"),
            ("hundred", "cent cents"),
            ("thousand", "mille"),
            ("million", "million millions"),
            ("billion", "milliard milliards"),
            ("bn", "mds mrd mrds md"),
            ("trillion", "billion billions"),
            ("percent", "pourcent"),
            ("usd", "dollar dollars"),
            ("gbp", "livre livres"),
            ("second", "seconde secondes"),
            ("hour", "heure heures"),
            ("day", "jour jours"),
            ("week", "semaine semaines"),
            ("month", "mois"),
            ("year", "an ans année années"),
        ],
    ),
    locale(
        "he",
        BRITISH,
        &[
            "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
            "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
        ],
        &[
            ("hundred", "מאה מאות"),
            ("thousand", "אלף אלפים"),
            ("million", "מיליון מיליוני"),
            ("billion", "מיליארד מיליארדי"),
            ("percent", "אחוז אחוזים"),
            ("ils", "שקל שקלים"),
            ("usd", "דולר דולרים"),
            ("eur", "יורו אירו"),
            ("minute", "דקה דקות"),
            ("hour", "שעה שעות"),
            ("day", "יום ימים"),
            ("week", "שבוע שבועות"),
            ("month", "חודש חודשים"),
            ("year", "שנה שנים"),
        ],
    ),
    locale(
        "hi",
        BRITISH,
        &["जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"],
        &[
            ("hundred", "सौ"),
            ("thousand", "हज़ार"),
            ("lakh", "लाख"),
            ("million", "मिलियन"),
            ("crore", "करोड़"),
            ("billion", "अरब बिलियन"),
            ("percent", "प्रतिशत फ़ीसदी"),
            ("inr", "रुपये रुपए रुपया रुपयों"),
            ("usd", "डॉलर"),
            ("second", "सेकंड"),
            ("minute", "मिनट"),
            ("hour", "घंटा घंटे घंटों"),
            ("day", "दिन दिनों"),
            ("week", "सप्ताह हफ़्ते हफ़्ता"),
            ("month", "महीना महीने महीनों"),
            ("year", "साल वर्ष सालों"),
        ],
    ),
    locale(
        "id",
        CONTINENTAL,
        &[
            "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
            "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des",
        ],
        &[
            ("hundred", "ratus"),
            ("thousand", "ribu rb"),
            ("million", "juta jt"),
            ("billion", "miliar milyar"),
            ("trillion", "triliun"),
            ("percent", "persen"),
            ("idr", "rp rupiah"),
            ("usd", "dolar"),
            ("second", "detik"),
            ("minute", "menit"),
            ("hour", "jam"),
            ("day", "hari"),
            ("week", "minggu"),
            ("month", "bulan"),
            ("year", "tahun"),
        ],
    ),
    locale(
        "it",
        CONTINENTAL,
        &[
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            "gen feb mar apr mag giu lug ago set ott nov dic",
        ],
        &[
            ("of", "di"),
            ("hundred", "cento"),
            ("thousand", "mila mille"),
            ("million", "milione milioni"),
            ("mn", "mln"),
            ("billion", "miliardo miliardi"),
            ("bn", "mld mrd"),
            ("trillion", "bilione bilioni"),
            ("usd", "dollaro dollari"),
            ("gbp", "sterlina sterline"),
            ("second", "secondo secondi"),
            ("minute", "minuto minuti"),
            ("hour", "ora ore"),
            ("day", "giorno giorni"),
            ("week", "settimana settimane"),
            ("month", "mese mesi"),
            ("year", "anno anni"),
        ],
    ),
    locale(
        "ja",
        EASTERN,
        &[],
        &[
            ("hundred", "百"),
            ("thousand", "千"),
            ("e4", "万"),
            ("e8", "億"),
            ("e12", "兆"),
            ("percent", "パーセント"),
            ("月", "月"),
            ("日", "日"),
            ("jpy", "円"),
            ("usd", "ドル 米ドル"),
            ("eur", "ユーロ"),
            ("second", "秒 秒間"),
            ("minute", "分 分間"),
            ("hour", "時間"),
            ("day", "日間"),
            ("week", "週間"),
            ("month", "か月 ヶ月 カ月 ヵ月 箇月"),
            ("year", "年 年間"),
        ],
    ),
    locale(
        "kk",
        CONTINENTAL,
        &["қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"],
        &[
            ("hundred", "жүз"),
            ("thousand", "мың"),
            ("million", "миллион"),
            ("mn", "млн"),
            ("billion", "миллиард"),
            ("bn", "млрд"),
            ("percent", "пайыз"),
            ("kzt", "теңге тг"),
            ("usd", "доллар"),
            ("rub", "рубль"),
            ("minute", "минут"),
            ("hour", "сағат"),
            ("day", "күн"),
            ("week", "апта"),
            ("month", "ай"),
            ("year", "жыл"),
        ],
    ),
    locale(
        "ko",
        EASTERN,
        &[],
        &[
            ("hundred", "백"),
            ("thousand", "천"),
            ("e4", "만"),
            ("e8", "억"),
            ("e12", "조"),
            ("percent", "퍼센트 프로"),
            ("月", "월"),
            ("日", "일"),
            ("krw", "원"),
            ("usd", "달러"),
            ("eur", "유로"),
            ("second", "초"),
            ("minute", "분"),
            ("hour", "시간"),
            ("day", "일간"),
            ("week", "주 주일"),
            ("month", "개월"),
            ("year", "년 년간"),
        ],
    ),
    locale(
        "nl",
        CONTINENTAL,
        &[
            "januari februari maart april mei juni juli augustus september oktober november december",
            "jan feb mrt apr mei jun jul aug sep okt nov dec",
        ],
        &[
            ("hundred", "honderd"),
            ("thousand", "duizend"),
            ("million", "miljoen"),
            ("mn", "mln"),
            ("billion", "miljard"),
            ("bn", "mld mrd"),
            ("trillion", "biljoen"),
            ("percent", "procent"),
            ("second", "seconde seconden"),
            ("minute", "minuut minuten"),
            ("hour", "uur uren"),
            ("day", "dag dagen"),
            ("week", "week weken"),
            ("month", "maand maanden"),
            ("year", "jaar jaren"),
        ],
    ),
    locale(
        "pl",
        CONTINENTAL,
        &[
            "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
            "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
        ],
        &[
            ("hundred", "sto"),
            ("thousand", "tysiąc tysiące tysięcy"),
            ("thou", "tys"),
            ("million", "milion miliony milionów"),
            ("mn", "mln"),
            ("billion", "miliard miliardy miliardów"),
            ("bn", "mld"),
            ("trillion", "bilion biliony bilionów"),
            ("percent", "procent procenta"),
            ("pln", "zł złoty złote złotych"),
            ("usd", "dolar dolary dolarów"),
            ("second", "sekunda sekundy sekund"),
            ("minute", "minuta minuty minut"),
            ("hour", "godzina godziny godzin godz"),
            ("day", "dzień dni"),
            ("week", "tydzień tygodnie tygodni"),
            ("month", "miesiąc miesiące miesięcy"),
            ("year", "rok lata lat"),
        ],
    ),
    locale(
        "pt",
        CONTINENTAL,
        &[
            "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            "jan fev mar abr mai jun jul ago set out nov dez",
        ],
        &[
            ("of", "de"),
            ("hundred", "cem cento"),
            ("thousand", "mil"),
            ("million", "milhão milhões"),
            ("mn", "mi"),
            ("billion", "bilhão bilhões"),
            ("bn", "bi"),
            ("trillion", "trilhão trilhões"),
            ("brl", "real reais"),
            ("usd", "dólar dólares"),
            ("gbp", "libra libras"),
            ("second", "segundo segundos"),
            ("minute", "minuto minutos"),
            ("hour", "hora horas"),
            ("day", "dia dias"),
            ("week", "semana semanas"),
            ("month", "mês meses"),
            ("year", "ano anos"),
        ],
    ),
    locale(
        "ru",
        CONTINENTAL,
        &[
            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
            "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
            "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
            "янв фев мар апр мая июн июл авг сент окт нояб дек",
        ],
        &[
            ("hundred", "сто сотня сотни сотен"),
            ("thousand", "тысяча тысячи тысяч тысячу"),
            ("thou", "тыс"),
            ("million", "миллион миллиона миллионов"),
            ("mn", "млн лям"),
            ("billion", "миллиард миллиарда миллиардов"),
            ("bn", "млрд ярд"),
            ("trillion", "триллион триллиона триллионов"),
            ("tn", "трлн"),
            ("lakh", "лакх лакха лакхов"),
            ("crore", "крор крора кроров"),
            ("percent", "процент процента процентов"),
            ("rub", "рубль рубля рублей руб р"),
            ("uah", "гривна гривны гривен грн"),
            ("kzt", "тенге"),
            ("usd", "доллар доллара долларов долл бакс бакса баксов"),
            ("eur", "евро"),
            ("gbp", "фунт фунта фунтов"),
            ("cny", "юань юаня юаней"),
            ("jpy", "иена иены иен"),
            ("second", "секунда секунды секунд сек"),
            ("minute", "минута минуты минут мин"),
            ("hour", "час часа часов"),
            ("day", "день дня дней сутки суток"),
            ("week", "неделя недели недель"),
            ("month", "месяц месяца месяцев мес"),
            ("year", "год года лет году"),
        ],
    ),
    locale(
        "sr",
        CONTINENTAL,
        &[
            "јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра",
            "јануар фебруар март април мај јун јул август септембар октобар новембар децембар",
            "januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra",
            "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
        ],
        &[
            ("hundred", "сто sto"),
            ("thousand", "хиљаду хиљаде хиљада hiljadu hiljade hiljada"),
            ("million", "милион милиона milion miliona"),
            ("billion", "милијарда милијарде милијарди milijarda milijarde milijardi"),
            ("percent", "одсто посто odsto posto"),
            ("rsd", "динар динара dinar dinara дин din"),
            ("usd", "долар долара dolar dolara"),
            ("eur", "евро евра evro evra"),
            ("day", "дан дана dan dana"),
            ("hour", "сат сата сати sat sata sati"),
            ("month", "месец месеца месеци mesec meseca meseci"),
            ("year", "година године godina godine"),
        ],
    ),
    locale(
        "sv",
        CONTINENTAL,
        &["januari februari mars april maj juni juli augusti september oktober november december"],
        &[
            ("hundred", "hundra"),
            ("thousand", "tusen"),
            ("million", "miljon miljoner"),
            ("mn", "milj"),
            ("billion", "miljard miljarder"),
            ("bn", "mdr"),
            ("trillion", "biljon biljoner"),
            ("percent", "procent"),
            ("sek", "kr krona kronor"),
            ("minute", "minut minuter"),
            ("hour", "timme timmar"),
            ("day", "dag dagar"),
            ("week", "vecka veckor"),
            ("month", "månad månader"),
            ("year", "år"),
        ],
    ),
    locale(
        "th",
        BRITISH,
        &["มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"],
        &[
            ("hundred", "ร้อย"),
            ("thousand", "พัน"),
            ("e4", "หมื่น"),
            ("lakh", "แสน"),
            ("million", "ล้าน"),
            ("thb", "บาท"),
            ("minute", "นาที"),
            ("day", "วัน"),
            ("month", "เดือน"),
            ("year", "ปี"),
        ],
    ),
    locale(
        "tr",
        CONTINENTAL,
        &["ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"],
        &[
            ("hundred", "yüz"),
            ("thousand", "bin"),
            ("million", "milyon"),
            ("mn", "mn mlyn"),
            ("billion", "milyar"),
            ("bn", "mr mlr"),
            ("trillion", "trilyon"),
            ("try", "tl lira liralık"),
            ("usd", "dolar"),
            ("eur", "avro"),
            ("second", "saniye"),
            ("minute", "dakika dk"),
            ("hour", "saat"),
            ("day", "gün günlük"),
            ("week", "hafta haftalık"),
            ("month", "ay aylık"),
            ("year", "yıl yıllık"),
        ],
    ),
    locale(
        "uk",
        CONTINENTAL,
        &[
            "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
            "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
            "січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні",
        ],
        &[
            ("hundred", "сто сотня сотні сотень"),
            ("thousand", "тисяча тисячі тисяч"),
            ("thou", "тис"),
            ("million", "мільйон мільйона мільйони мільйонів"),
            ("mn", "млн"),
            ("billion", "мільярд мільярда мільярди мільярдів"),
            ("bn", "млрд"),
            ("trillion", "трильйон трильйона трильйони трильйонів"),
            ("tn", "трлн"),
            ("percent", "відсоток відсотка відсотки відсотків"),
            ("uah", "гривня гривні гривень грн"),
            ("rub", "рубль рубля рублів"),
            ("usd", "долар долара долари доларів"),
            ("eur", "євро"),
            ("second", "секунда секунди секунд"),
            ("minute", "хвилина хвилини хвилин хв"),
            ("hour", "година години годин год"),
            ("day", "день дні днів доба доби"),
            ("week", "тиждень тижні тижнів"),
            ("month", "місяць місяці місяців"),
            ("year", "рік роки років року"),
        ],
    ),
    locale(
        "vi",
        CONTINENTAL,
        &[],
        &[
            ("hundred", "trăm"),
            ("thousand", "nghìn ngàn"),
            ("million", "triệu tr"),
            ("billion", "tỷ tỉ"),
            ("vnd", "đồng đ vnđ"),
            ("second", "giây"),
            ("minute", "phút"),
            ("hour", "giờ"),
            ("day", "ngày"),
            ("week", "tuần"),
            ("month", "tháng"),
            ("year", "năm"),
        ],
    ),
    locale(
        "zh",
        EASTERN,
        &[],
        &[
            ("e1", "十"),
            ("hundred", "百"),
            ("thousand", "千"),
            ("e4", "万 萬"),
            ("e8", "亿 億"),
            ("e12", "兆 万亿 萬億"),
            ("月", "月"),
            ("日", "日 号 號"),
            ("cny", "元 块 人民币 块钱 圆 人民幣 塊"),
            ("usd", "美元 美金"),
            ("eur", "欧元 歐元"),
            ("jpy", "日元 日圓"),
            ("hkd", "港元 港币"),
            ("second", "秒 秒钟"),
            ("minute", "分钟 分鐘"),
            ("hour", "小时 小時 个小时 個小時"),
            ("day", "天"),
            ("week", "周 星期 个星期 週"),
            ("month", "个月 個月"),
            ("year", "年"),
        ],
    ),
    locale(
        "ur",
        BRITISH,
        &["جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر"],
        &[
            ("hundred", "سو"),
            ("thousand", "ہزار"),
            ("lakh", "لاکھ"),
            ("million", "ملین"),
            ("crore", "کروڑ"),
            ("billion", "ارب بلین"),
            ("percent", "فیصد"),
            ("pkr", "روپے روپیہ"),
            ("usd", "ڈالر"),
            ("day", "دن"),
            ("month", "مہینے مہینہ"),
            ("year", "سال"),
        ],
    ),
];
