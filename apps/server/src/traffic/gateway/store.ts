import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { sqlState } from "../../platform/database/faults.ts";
import type { LoadBalancerRef, LoadBalancerSpec } from "../port/api.ts";

export type Pins = Record<string, number>;

/** A load balancer as stored: what was asked for, and the pinned shares. */
export type StoredBalancer = LoadBalancerSpec & { pins: Pins };

type Row = {
  account: string;
  region: string;
  name: string;
  application: string;
  port: number;
  health_check: string;
  pins: string;
};

export async function readBalancers(tx: Tx, account: string): Promise<StoredBalancer[]> {
  return (
    await tx.query<Row>("select * from gateway_load_balancer where account = $1 order by region, name", [account])
  ).map(fromRow);
}

export async function readBalancer(tx: Tx, ref: LoadBalancerRef): Promise<StoredBalancer | null> {
  const rows = await tx.query<Row>(
    "select * from gateway_load_balancer where account = $1 and region = $2 and name = $3 for update",
    [ref.account, ref.region, ref.name],
  );
  return rows[0] ? fromRow(rows[0]) : null;
}

/** Creates or changes a load balancer; its pins stay. A port that another one holds is refused. */
export async function writeBalancer(tx: Tx, spec: LoadBalancerSpec): Promise<void> {
  try {
    await tx.query(
      `insert into gateway_load_balancer (account, region, name, application, port, health_check) values ($1, $2, $3, $4, $5, $6)
       on conflict (account, region, name) do update set application = $4, port = $5, health_check = $6`,
      [spec.account, spec.region, spec.name, spec.application, spec.port, JSON.stringify(spec.healthCheck)],
    );
  } catch (error) {
    if (sqlState(error) !== "23505") throw error;
    throw new GennakerError(
      "conflict",
      `Port ${spec.port} belongs to another load balancer of account ${spec.account}. Choose another port.`,
      { cause: error },
    );
  }
}

export async function deleteBalancer(tx: Tx, ref: LoadBalancerRef): Promise<void> {
  await tx.query("delete from gateway_load_balancer where account = $1 and region = $2 and name = $3", [
    ref.account,
    ref.region,
    ref.name,
  ]);
}

export async function writePins(tx: Tx, ref: LoadBalancerRef, pins: Pins): Promise<void> {
  await tx.query("update gateway_load_balancer set pins = $4 where account = $1 and region = $2 and name = $3", [
    ref.account,
    ref.region,
    ref.name,
    JSON.stringify(pins),
  ]);
}

/** A new generation for a change that was asked for; its content is set when it is pushed. */
export async function nextGeneration(tx: Tx, account: string): Promise<number> {
  const rows = await tx.query<{ generation: number }>(
    `insert into gateway_generation (account, generation) values ($1, 1)
     on conflict (account) do update set generation = gateway_generation.generation + 1, content_hash = null
     returning generation`,
    [account],
  );
  return rows[0]?.generation ?? 1;
}

/** The generation under which this content goes out: the present one if it has no other content yet, else the next. */
export async function generationFor(
  database: Database,
  account: string,
  hashOf: (tx: Tx) => Promise<string>,
): Promise<number> {
  return database.transaction(async (tx) => {
    await tx.query("insert into gateway_generation (account, generation) values ($1, 1) on conflict do nothing", [
      account,
    ]);
    const rows = await tx.query<{ generation: number; content_hash: string | null }>(
      "select generation, content_hash from gateway_generation where account = $1 for update",
      [account],
    );
    const row = rows[0] ?? { generation: 1, content_hash: null };
    const hash = await hashOf(tx);
    if (row.content_hash === hash) return row.generation;
    const generation = row.content_hash === null ? row.generation : row.generation + 1;
    await tx.query("update gateway_generation set generation = $2, content_hash = $3 where account = $1", [
      account,
      generation,
      hash,
    ]);
    return generation;
  });
}

/** Lifts the generation to at least `least`, as one without content. */
export async function raiseGeneration(tx: Tx, account: string, least: number): Promise<void> {
  await tx.query(
    "update gateway_generation set generation = greatest(generation, $2), content_hash = null where account = $1",
    [account, least],
  );
}

export async function readGeneration(tx: Tx, account: string): Promise<number> {
  const rows = await tx.query<{ generation: number }>("select generation from gateway_generation where account = $1", [
    account,
  ]);
  return rows[0]?.generation ?? 0;
}

function fromRow(row: Row): StoredBalancer {
  return {
    account: row.account,
    region: row.region,
    name: row.name,
    application: row.application,
    port: row.port,
    healthCheck: JSON.parse(row.health_check) as LoadBalancerSpec["healthCheck"],
    pins: JSON.parse(row.pins) as Pins,
  };
}
