/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same office when it writes in English. */
#include "grammar.h"

const struct phrase phrases_english[] = {
	PHRASE("en_theme", "community tourism in coastal villages",
	    "safety standards for overnight cruises", "a digital map of local food",
	    "training of bilingual tour guides", "protection of coral reefs near the islands",
	    "an exchange of archive specialists", "waste reduction on public beaches",
	    "a joint study of visitor flows", "the restoration of old harbour warehouses",
	    "quality management in small hotels", "cycling routes between craft villages",
	    "emergency response at sea"),
	PHRASE("en_partner", "the Northern Ports Tourism Forum", "Seagull Travel Partners",
	    "the Harbour Cities Network", "Blue Lagoon Cruises",
	    "the Institute for Coastal Studies", "Old Quay Hotels Group",
	    "the Island Conservation Fund", "Lighthouse Education Centre"),
	PHRASE("en_subject_letter", "Invitation to cooperate on {en_theme}",
	    "Reply to your proposal on {en_theme}", "Request for information about {en_theme}",
	    "Confirmation of the working visit on {en_theme}"),
	PHRASE("en_subject_report", "Progress report on {en_theme}", "Annual review of {en_theme}",
	    "Findings of the survey on {en_theme}"),
	PHRASE("en_sentence",
	    "The department received {12-90} applications during the period and approved {3-11} of them.",
	    "Most visitors arrived between May and August and stayed for {2-5} nights on average.",
	    "The working group visited {4-18} sites and interviewed {20-300} residents.",
	    "We would like to propose a meeting in the second week of {en_month} to discuss the details.",
	    "Local families will receive a fair share of the income and will decide on the number of guests.",
	    "Records of the inspection are kept in the archive for {5-20} years and can be consulted on "
	    "request.",
	    "All boats must carry life jackets, a radio and a first aid kit before they leave the harbour.",
	    "The budget of {20-95} thousand dollars covers equipment, training and translation.",
	    "Please send the signed agreement together with a list of participants before {1-28} "
	    "{en_month} {next_year}.",
	    "The survey shows that {51-94} percent of the guests would recommend the island to their friends.",
	    "We are grateful for the support that your organisation has given to our province.",
	    "Further work is needed on signposts, parking and public toilets near the main beach.",
	    "The quality system was audited in {en_month} and no major nonconformity was found."),
	PHRASE("en_month", "January", "February", "March", "April", "June", "July", "September",
	    "October", "November"),
	PHRASE("en_heading", "Background", "Method", "Results", "Difficulties", "Next steps",
	    "Budget", "Recommendations", "Participants"),
	{ NULL, NULL, 0 },
};
