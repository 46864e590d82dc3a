using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Persistence;

public enum DatabaseProvider
{
    /// <summary>One file in the data directory; one process.</summary>
    Sqlite,

    /// <summary>A server that several web and worker processes share.</summary>
    PostgreSql,
}

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>Of the PostgreSQL database, in Npgsql's words (<c>Host=…;Database=…;Username=…</c>). SQLite's file follows from the data directory.</summary>
    public string? ConnectionString { get; set; }
}

internal sealed class DatabaseOptionsValidation : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options) => options switch
    {
        { Provider: DatabaseProvider.PostgreSql } when string.IsNullOrWhiteSpace(options.ConnectionString) => ValidateOptionsResult.Fail(
            "Database:Provider is PostgreSql, so Database:ConnectionString must name a database: Host=HOST;Database=NAME;Username=USER;Password=PASSWORD."),
        { Provider: DatabaseProvider.Sqlite } when !string.IsNullOrWhiteSpace(options.ConnectionString) => ValidateOptionsResult.Fail(
            "Database:ConnectionString is for PostgreSQL. Set Database:Provider=PostgreSql, or leave it out: SQLite's file is portal.db in the data directory."),
        _ => ValidateOptionsResult.Success,
    };
}
