using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ReviewVerdictConfiguration : IEntityTypeConfiguration<ReviewVerdict>
{
    public void Configure(EntityTypeBuilder<ReviewVerdict> builder)
    {
        builder.ToTable("ReviewVerdicts");
        // The number in the key: of two verdicts given at once one is told to take the next.
        builder.HasKey(verdict => new { verdict.TenantId, verdict.ResultId, verdict.Sequence });
        builder.Property(verdict => verdict.Sequence).ValueGeneratedNever();
        builder.Property(verdict => verdict.DefectType).HasMaxLength(InspectionImage.DefectTypeMaxLength);
        builder.Property(verdict => verdict.Comment).HasMaxLength(ReviewVerdict.CommentMaxLength);
        builder.HasIndex(verdict => new { verdict.TenantId, verdict.ClientId }).IsUnique();
        // A person's last one, and the work of a person.
        builder.HasIndex(verdict => new { verdict.TenantId, verdict.GivenBy, verdict.GivenAt });
        builder.HasOne<ScoredImage>().WithMany().HasForeignKey(verdict => new { verdict.TenantId, verdict.ResultId }).OnDelete(DeleteBehavior.Cascade);
    }
}
