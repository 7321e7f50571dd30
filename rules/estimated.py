"""推算节假日 Statutory holidays, without 调休, of years whose notice is not out yet.

Of the next few years they are written down as the holiday tables give them: to load those, of all countries, takes a
quarter of a second of every process that judges anything. Tests hold what is written down against them.
"""

from datetime import date

WRITTEN = {
    2027: "01-01 02-05 02-06 02-07 02-08 02-09 02-10 04-05 05-01 05-02 05-03 05-04 06-09 09-15 10-01 10-02 10-03 10-04 10-05",
    2028: "01-01 01-03 01-25 01-26 01-27 01-28 04-04 05-01 05-02 05-28 05-29 10-01 10-02 10-03 10-04",
    2029: "01-01 02-12 02-13 02-14 02-15 04-04 05-01 05-02 06-16 06-18 09-22 09-24 10-01 10-02 10-03",
    2030: "01-01 02-02 02-03 02-04 02-05 02-06 02-07 04-05 05-01 05-02 06-05 09-12 10-01 10-02 10-03",
    2031: "01-01 01-22 01-23 01-24 01-25 01-27 04-05 04-07 05-01 05-02 06-24 10-01 10-02 10-03",
    2032: "01-01 02-10 02-11 02-12 02-13 04-04 04-05 05-01 05-02 05-03 05-04 06-12 06-14 09-19 09-20 10-01 10-02 10-03 10-04 10-05",
}


def estimated(year: int) -> set[date]:
    """推算 Days of that year."""
    if year in WRITTEN:
        return {date.fromisoformat(f"{year}-{day}") for day in WRITTEN[year].split()}
    return by_tables(year)


def by_tables(year: int) -> set[date]:
    """查表 The same, by the tables."""
    import holidays

    return {day for day in holidays.country_holidays("CN", years=year) if day.year == year}
