/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How early a password is guessed (ASVS 5.0 6.2.4). */
#include <string.h>
#include <zxcvbn.h>

#include "arena.h"
#include "base.h"
#include "principal_parts.h"

/* 10^8 guesses: what zxcvbn calls "somewhat guessable" ends here. */
#define BITS_MIN 26.6

/*
 * Of the 30,000 passwords that zxcvbn ranks (frequency lists of its authors, MIT licence), those of 12
 * bytes and more that its C port does not estimate below BITS_MIN.
 */
static const char *const ranked[] = {
	"010203040506",
	"020332007051",
	"112233445566778899",
	"112233qqwwee",
	"123321qweewq",
	"123456789vuonggialong",
	"12345678vuonggialong",
	"123ewqasdcxz",
	"123qqqwwwsssaaa",
	"123qweasdyxc",
	"12qw34er56ty",
	"16d7f906289d77b3",
	"1a2a3a4a5a6a",
	"1a2b3c4d5e6f",
	"1a2s3d4f5g6h",
	"1q2w3e4r5t6y7u",
	"1q2w3e4r5t6y7u8",
	"1q2w3e4r5t6y7u8i",
	"1q2w3e4r5t6y7u8i9o",
	"1q2w3e4r5t6y7u8i9o0p",
	"1qa2ws3ed4rf",
	"1qa2ws3ed4rf5tg",
	"1qaz2wsx3edc4rfv",
	"1z2x3c4v5b6n",
	"2hgfhfghfgdfg",
	"30secondstomars",
	"565491d704013245",
	"6666666666empulgara",
	"691b4dd30ff92343",
	"7e9lnk55fcgg",
	"7ed9b31268aa2b8a",
	"827ccb0eea8a706c4c",
	"89216279708a",
	"9749676621ok",
	"a1a2a3a4a5a6",
	"a1b2c3d4e5f6",
	"a1s2d3f4g5h6",
	"abc123zx3d56",
	"abuse_123456_abuse",
	"aida2013sale",
	"anastasija3010",
	"ashishbiyani",
	"b9399f21060d4b5fcb6d3cf5fea8de",
	"berwick2015zx3d56",
	"bismillah123",
	"bismillah786",
	"bogeissb2014",
	"cambridgezx3d56",
	"cod12qw75rqyi59n",
	"d41d8cd98f00",
	"devilmaycry4",
	"dfg5fhg5vgfh1",
	"dlinkers2011",
	"e10adc3949ba59abbe56",
	"eldercarelink",
	"g13916055158",
	"gfhjkmgfhjkm",
	"ghbdtnghbdtn",
	"ghbdtnrfrltkf",
	"ghhh47hj7649",
	"ghjcnjgfhjkm",
	"gtasanandreas",
	"gv5235523532",
	"gzdw14556wee",
	"hakunamatata",
	"hd764nw5d7e1vb1",
	"hengsha_2_23",
	"huangjin1987",
	"ichliebedich",
	"jh5thrwgefsdfs",
	"jundian2011xr",
	"kingdomhearts2",
	"kobebryant24",
	"komltptfcorp",
	"l33tsupah4x0r",
	"lol123lol123",
	"lpz93ssskqw8q",
	"lydcc20091314",
	"megaparol12345",
	"mimamamemima",
	"modernwarfare2",
	"narutouzumaki",
	"njhygtftb567",
	"over2yangshuo",
	"paralelepipedo",
	"passwordzx3d56",
	"penguinator948",
	"pswd2011dlinkers",
	"q1w2e3r4t5y6",
	"q1w2e3r4t5y6u7",
	"q1w2e3r4t5y6u7i8",
	"q1w2e3r4t5y6u7i8o9p0",
	"qa27111985qa",
	"qawsedrftgyh",
	"qaz123wsx456",
	"qazwsxedcrfvtgb",
	"qazxswedcvfr",
	"queteimporta",
	"qwaszxerdfcv",
	"qwertasdfgzxcvb",
	"sagopakajmer",
	"sasukeuchiha",
	"schmetterling",
	"sdf7asdf6asdg8df",
	"sdf7asdf6asdg8df1",
	"seniseviyoru",
	"seniseviyorum",
	"seo21saafd23",
	"sojdlg123aljg",
	"sonnenschein",
	"thdahaoren12",
	"thereisnospoon",
	"thienduong91",
	"trazenkvarel",
	"tyngsboro1234",
	"ujerfui8fjkd3",
	"ukflbfnjh12345",
	"uzumakinaruto",
	"vfvfvskfhfve",
	"warhammer40k",
	"wasiryear0721",
	"wgn529138165",
	"whosyourdaddy",
	"winnipeg2612",
	"wocao5201314",
	"xtseo2011tdx",
	"yfdbufnjh10305070",
	"z1x2c3v4b5n6",
	"z1x2c3v4b5n6m7",
	"zmx870919123",
	"zxcasdqwe123",
};

static bool
is_ranked(struct span password)
{
	for (size_t i = 0; i < sizeof(ranked) / sizeof(ranked[0]); i++)
		if (span_equal_nocase(password, span_of(ranked[i])))
			return true;
	return false;
}

bool
password_is_guessed(struct span password, const char *const *known, size_t count)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char **words = arena_array(arena, count + 1, sizeof(*words));
	char *text = arena_dup_span(arena, password);
	double bits;

	for (size_t i = 0; i < count; i++)
		words[i] = known[i];
	words[count] = NULL;
	bits = ZxcvbnMatch(text, words, NULL);
	explicit_bzero(text, password.n);
	return bits < BITS_MIN || is_ranked(password);
}
