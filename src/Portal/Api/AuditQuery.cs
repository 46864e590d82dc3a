using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Portal.Features.Teams;

namespace FewShotAD.Portal.Api;

/// <summary>The filter of the audit trail as it stands in an address: of the page and of REST alike.</summary>
public static class AuditQuery
{
    /// <param name="until">A day means that day included; a moment is the first that is too late.</param>
    public static Result<AuditFilter> Read(string? person, string? action, string? from, string? until)
    {
        UserId? who = null;
        if (!string.IsNullOrEmpty(person))
        {
            if (!Guid.TryParse(person, out var id))
                return new InvalidAuditPerson();
            who = new UserId(id);
        }

        var (first, last) = (Moment(from, days: 0), Moment(until, days: 1));
        return !first.Succeeded ? first.Error : !last.Succeeded ? last.Error : new AuditFilter(who, action, first.Value, last.Value);
    }

    private static Result<DateTimeOffset?> Moment(string? text, int days)
    {
        if (string.IsNullOrEmpty(text))
            return Result<DateTimeOffset?>.Ok(null);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
            return new DateTimeOffset(day.AddDays(days).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : new InvalidAuditMoment(text);
    }
}

public sealed record InvalidAuditPerson()
    : Error(ErrorKind.Invalid, "audit.person", "“person” is the id of a user, as the entries have it in actorId.");

public sealed record InvalidAuditMoment(string Text)
    : Error(ErrorKind.Invalid, "audit.moment", $"“{Text}” is no moment. Write a day as 2026-03-02 or a moment as 2026-03-02T08:00:00Z.");
