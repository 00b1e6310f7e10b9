"""The schema of the demo's X3 Services: as in Sage's, a description names the X3 column behind a field."""

from functools import cache

from graphql import GraphQLSchema, build_schema

_SDL = """
scalar Id
scalar Decimal
scalar DateTime
type Query { ROOT: MasterData }
type MasterData {
  customer: CustomerQueries product: ProductQueries productSite: ProductSiteQueries
  site: CodeQueries unitOfMeasure: CodeQueries carrier: CodeQueries
}
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type Coded { _id: Id code: String }
type CustomerQueries {
  query(first: Int, after: String, filter: String, orderBy: String): CustomerConnection
  read(_id: Id!): Customer
}
type CustomerConnection { totalCount: Int edges: [CustomerEdge!] pageInfo: PageInfo! }
type CustomerEdge { cursor: String node: Customer }
type Customer {
  _id: Id
  "Customer code (BPCNUM)" code: Coded
  "Company name (BPCNAM)" companyName1: String
  "Active customer (BPCSTA)" isActive: Boolean
  "Country (CRY)" country: Coded
  "Currency (CUR)" currency: Coded
  "EU VAT number (EECNUM)" europeanUnionVatNumber: String
  "Tax rule (VACBPR)" taxRule: Coded
  "Payment term (PTE)" paymentTerm: Coded
  "City (CTY)" city: String
  "Postal code (POSCOD)" postalCode: String
  "Language (LAN)" language: Coded
  "Last change (UPDDATTIM)" _updateStamp: DateTime
}
type ProductQueries {
  query(first: Int, after: String, filter: String, orderBy: String): ProductConnection
  read(_id: Id!): Product
}
type ProductConnection { totalCount: Int edges: [ProductEdge!] pageInfo: PageInfo! }
type ProductEdge { cursor: String node: Product }
enum ManagementMode { notManaged mandatoryLot managed }
type ProductSiteQueries {
  query(first: Int, after: String, filter: String, orderBy: String): ProductSiteConnection
}
type ProductSiteConnection { totalCount: Int edges: [ProductSiteEdge!] pageInfo: PageInfo! }
type ProductSiteEdge { cursor: String node: ProductSite }
type ProductSite {
  _id: Id
  "Product (ITMREF)" product: Coded
  "Stock site (STOFCY)" stockSite: Coded
  "Safety stock (SAFSTO)" safetyStock: Decimal
  "Last change (UPDDATTIM)" _updateStamp: DateTime
}
type CodeQueries {
  query(first: Int, after: String, filter: String, orderBy: String): CodeConnection
}
type CodeConnection { totalCount: Int edges: [CodeEdge!] pageInfo: PageInfo! }
type CodeEdge { cursor: String node: CodeNode }
type CodeNode { _id: Id code: String name: String }
enum ProductStatus { active inDevelopment onShortage notRenewed obsolete notUsable }
type Product {
  _id: Id
  "Product code (ITMREF)" code: String
  "Description 1 (ITMDES1)" description1: String
  "Product status (ITMSTA)" productStatus: ProductStatus
  "UPC or EAN code (EANCOD)" upc: String
  "Category (TCLCOD)" productCategory: Coded
  "Accounting code (ACCCOD)" accountingCode: Coded
  "Stock unit (STU)" stockUnit: Coded
  "Sales unit (SAU)" salesUnit: Coded
  "SAL-STK conversion (SAUSTUCOE)" salesUnitToStockUnitConversionFactor: Decimal
  "Weight (ITMWEI)" productWeight: Decimal
  "Description 2 (ITMDES2)" description2: String
  "Search key (SEAKEY)" searchKey: String
  "Lot management (LOTMGTCOD)" lotManagementMode: ManagementMode
  "Serial number management (SERMGTCOD)" serialNumberManagementMode: ManagementMode
  "Expiration management (EXYMGTCOD)" expirationManagementMode: ManagementMode
  "Substitute product (RPLITM)" substituteProduct: Coded
  "Last change (UPDDATTIM)" _updateStamp: DateTime
}
"""


@cache
def schema(root: str) -> GraphQLSchema:
    """The schema under a root name, x3 or xtremX3."""
    return build_schema(_SDL.replace("ROOT", f"{root}MasterData"))
