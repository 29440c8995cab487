-- Details of NĐ 30/2020 PL VI are words of the index from here on (records.md 13): what has some is
-- indexed again.
UPDATE record SET index_seq=(SELECT value FROM counter WHERE name='index_seq')+x.n
  FROM (SELECT record, row_number() OVER (ORDER BY record) AS n
    FROM (SELECT DISTINCT record FROM record_detail)) x WHERE record.id=x.record AND record.state<>'destroyed';
UPDATE counter SET value=value+(SELECT count(DISTINCT record) FROM record_detail) WHERE name='index_seq';
