"""考评工作台 The desk: what people do with findings in the course of an assessment.

| module | what it does                                                  |
|--------|---------------------------------------------------------------|
| desk   | an assessment with all entries of its dossier, and new entries |
| opinions | what people have entered: of each thing the entry that holds     |
| seen     | what audits saw, of which people are asked                       |
| forms    | sheets to fill in: their columns, `form_rows` what stands in them, `form_cells` how a row is read |
| entering | sheets that were filled in, taken whole or not at all             |
| papers   | papers units hand in                                             |
| sampling | how many are drawn, how many may repeat, which they are         |
| frame    | all that can be drawn on a day, with its hash                   |
| drawing  | draws kept in a dossier, each in sight of the ones before       |
| draws    | draws side by side: repeats, quarters that lack one             |
| drawn    | what came of the sites of a draw                                |
| draw_proof | a public record drawn once more                               |
| interval | how many sites of the frame may fail                            |
| plan, opening | an assessment drawn up, opened, amended, closed |
| progress, due_days | how far it has come, what is due |
| sampled, object_score, vetoed, scoring | which run counts, what each object got from it, and each unit |
| concerned, proof, proven, depicting | evidence of findings, packed so that anybody can verify it |
| sealing, verifying | finished runs sealed in a chain; whether anything was altered since |
| freezing | the figures of all units frozen, version by version |
| ranking, publishing | a frozen result told group by group, and put up for all to see |
| published, collating | what a website shows of it, held against what is frozen |
| failures, typical, mended, assessment_report | what a result was scored with, summed up |
| noticing, bulletins, issuing | what is written to a unit, and of a period over all units; made and entered |
| sendings, receipts | where notices went, who acknowledged them                |
| appeals, appeal_sheet, appeal_counter, appealing | applications for review: their clock, and how they come in |
| recheck_trail, rechecking | one finding seen again on the archived bytes, and as it is now |
| appeal_ruling | what a person decides about an application                      |
| sight, duty, duty_sheet | what was seen day by day, who read it, days nobody signed |
| events, event_sheet | grave events and how soon they were told of                  |
| minutes, rows | moments and cells of sheets as people write them                   |
"""
