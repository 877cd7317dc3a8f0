import { createLazyRoute } from "@tanstack/react-router";
import { LoadBalancersPage } from "../features/load-balancers/load-balancers-page.tsx";

export const Route = createLazyRoute("/applications/$application/load-balancers")({ component: LoadBalancersPage });
